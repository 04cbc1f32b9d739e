"""What is kept between runs: answers, trees as they were read, what commands told, tables of options.

Enters: how an answer is worked out. Leaves: the answer. Must hold: what is kept counts only while all that it rests on
is as it was.
"""

"""What several reports say alike: phrases, reasons, remedies, kinds of unknown lines, the JSON forms they share."""

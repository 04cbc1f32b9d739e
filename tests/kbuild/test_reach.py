"""Rule: what a makefile, or a symbol that it names, may decide about is said, and no more where that is plain."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.kbuild import EVERYWHERE, Reach, Sources, is_makefile

FILES = {
    "Makefile": "include $(srctree)/arch/$(SRCARCH)/Makefile\nifdef CONFIG_TOP\nendif\n",
    "Kbuild": "obj-y += lib/ drivers/\n",
    "arch/x86/Makefile": "drivers-$(CONFIG_PCI) += arch/x86/pci/\n",
    "arch/x86/pci/Makefile": "obj-$(CONFIG_OLPC) += olpc.o\n",
    "arch/arm/xen/Makefile": "obj-$(CONFIG_XEN) += p2m.o\n",
    "arch/arm64/xen/Makefile": "xen-arm-y += $(addprefix ../../arm/xen/, p2m.o)\n",
    "arch/mips/Makefile": "include $(srctree)/arch/mips/Kbuild.platforms\n",
    "arch/mips/Kbuild.platforms": "include $(patsubst %/, $(srctree)/arch/mips/%/Platform, $(platform-y))\n",
    "arch/mips/ralink/Platform": "load-$(CONFIG_RALINK) += 1\n",
    "arch/mips/kvm/Makefile": "include $(srctree)/virt/kvm/Makefile.kvm\n",
    "virt/kvm/Makefile.kvm": "kvm-$(CONFIG_KVM_MMIO) += mmio.o\n",
    "lib/Makefile": "obj-$(CONFIG_SORT) += sort.o\n",
    "drivers/gpu/Kbuild": "include $(src)/core/Kbuild\n",
    # What $(src) means is said by the folder that is entered.
    "drivers/gpu/core/Kbuild": "include $(src)/core/sub/Kbuild\n",
    "drivers/gpu/core/sub/Kbuild": "gpu-$(CONFIG_SUB) += sub.o\n",
    "drivers/fw/Makefile": "obj-y += $(patsubst %.c,%.o,$(wildcard $(src)/*.c))\n",
    "scripts/Makefile.debug": "flags-$(CONFIG_DEBUG) := -g\n",
    "scripts/link-vmlinux.sh": "if is_enabled CONFIG_KALLSYMS; then\n",
}


@pytest.fixture
def reach(tmp_path: Path) -> Reach:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return Reach(Sources(tmp_path))


@pytest.mark.parametrize(
    ("symbol", "srcarch", "folders"),
    [
        ("SORT", "x86", {"lib"}),
        ("OLPC", "x86", {"arch/x86/pci"}),
        ("OLPC", "arm", set()),
        ("PCI", "x86", {EVERYWHERE}),
        ("TOP", "x86", {EVERYWHERE}),
        ("DEBUG", "x86", {EVERYWHERE}),
        ("XEN", "arm64", {"arch/arm/xen"}),
        ("XEN", "mips", set()),
        ("SUB", "x86", {"drivers/gpu", "drivers/gpu/core", "drivers/gpu/core/sub"}),
        ("KVM_MMIO", "mips", {"virt/kvm", "arch/mips/kvm"}),
        ("KVM_MMIO", "x86", {"virt/kvm"}),
        ("RALINK", "mips", {EVERYWHERE}),
        ("KALLSYMS", "x86", {"scripts"}),
        ("UNKNOWN", "x86", set()),
    ],
)
def test_folders_of_a_symbol(reach: Reach, symbol: str, srcarch: str, folders: set[str]) -> None:
    assert reach.of_symbols((symbol,), srcarch) == folders


def test_files_that_are_looked_for(reach: Reach) -> None:
    assert reach.looks("drivers/fw/new.c")
    assert not reach.looks("lib/new.c")
    assert [is_makefile(path) for path in ("lib/Makefile", "a/Kbuild", "arch/mips/x/Platform", "lib/sort.c")] == [
        *(True, True, True, False)
    ]

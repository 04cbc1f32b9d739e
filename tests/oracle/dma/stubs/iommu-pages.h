/* SPDX-License-Identifier: GPL-2.0-only */
/* What page tables are made of: see linux/iommu.h beside this. */
#include <linux/iommu.h>

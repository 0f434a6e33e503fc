/* SPDX-License-Identifier: Apache-2.0 */
/* What publisher and subscriber agree on. */
#ifndef SPEED_H
#define SPEED_H

#include <stdint.h>
#include <headway-bus.h>

#define SPEED_GROUP	HEADWAY_GROUP(1)

struct speed {
	uint32_t mm_per_s;
};

#endif

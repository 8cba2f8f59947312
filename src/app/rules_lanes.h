/* `rules show --lanes`: how a pattern is found, and what looking for it costs. */
#ifndef APP_RULES_LANES_H
#define APP_RULES_LANES_H

#include "assay/env.h"
#include "base/buffer.h"
#include "detect/detect.h"

struct lane_meter;

/* Keeps ${rules} and ${env} borrowed; the cost is measured on a text of logs, tables, prose and code that is the same every time. */
int lane_meter_new(const struct rules *rules, struct assay_env *env, struct lane_meter **ret, struct assay_error *err);
void lane_meter_free(struct lane_meter *meter);
static inline void
lane_meter_free_at(struct lane_meter **p)
{
	lane_meter_free(*p);
}
/* Appends the lines about one pattern. */
int lane_meter_show(struct lane_meter *meter, uint32_t pattern, struct base_buffer *out, struct assay_error *err);

#endif

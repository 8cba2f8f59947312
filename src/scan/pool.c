/* Worker threads around a ring of slots. Tickets are ring positions: slot = ticket % n_slots. */
#include "scan/internal.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static void *
work(void *context)
{
	struct worker *worker = context;
	struct scan *scan = worker->scan;

	pthread_mutex_lock(&scan->lock);
	for (;;) {
		while (scan->taken == scan->filled && !scan->stopping)
			pthread_cond_wait(&scan->work, &scan->lock);
		if (scan->taken == scan->filled)
			break;
		struct slot *slot = &scan->slots[scan->taken++ % scan->n_slots];
		if (slot->is_end) {
			slot->state = SLOT_DONE;
			pthread_cond_signal(&scan->done);
			continue;
		}
		slot->state = SLOT_TAKEN;
		pthread_mutex_unlock(&scan->lock);
		slot->result = detect_batch(
			worker->scanner, &slot->batch, (const struct detect_field *const *)slot->fields, &slot->output, &slot->error);
		pthread_mutex_lock(&scan->lock);
		slot->state = SLOT_DONE;
		pthread_cond_signal(&scan->done);
	}
	pthread_mutex_unlock(&scan->lock);
	return NULL;
}

int
pool_start(struct scan *scan, struct assay_error *err)
{
	scan->n_workers = scan->options.threads > 0 ? scan->options.threads : 1;
	scan->n_slots = scan->n_workers * 2 + 2;
	scan->workers = base_calloc(scan->n_workers, sizeof *scan->workers);
	scan->slots = base_calloc(scan->n_slots, sizeof *scan->slots);
	if (!scan->workers || !scan->slots)
		return base_error_nomem(err);
	for (size_t i = 0; i < scan->n_slots; i++) {
		scan->slots[i].batch.arena = base_arena_new();
		if (!scan->slots[i].batch.arena)
			return base_error_nomem(err);
	}
	for (size_t i = 0; i < scan->n_workers; i++) {
		struct worker *worker = &scan->workers[i];
		worker->scan = scan;
		int r = detect_scanner_new(scan->options.engine, &worker->scanner, err);
		if (r < 0)
			return r;
		if (pthread_create(&worker->thread, NULL, work, worker) != 0)
			return base_error(err, ASSAY_INTERNAL, "cannot start a thread");
		worker->started = true;
	}
	return ASSAY_OK;
}

void
pool_stop(struct scan *scan)
{
	pthread_mutex_lock(&scan->lock);
	scan->stopping = true;
	pthread_cond_broadcast(&scan->work);
	pthread_mutex_unlock(&scan->lock);
	for (size_t i = 0; scan->workers && i < scan->n_workers; i++) {
		if (scan->workers[i].started)
			pthread_join(scan->workers[i].thread, NULL);
		detect_scanner_free(scan->workers[i].scanner);
	}
	for (size_t i = 0; scan->slots && i < scan->n_slots; i++) {
		base_arena_free(scan->slots[i].batch.arena);
		detect_output_dispose(&scan->slots[i].output);
	}
	free(scan->workers);
	free(scan->slots);
	scan->workers = NULL;
	scan->slots = NULL;
}

/* Waits for the oldest slot and takes it in. Lock not held. */
static int
drain_oldest(struct scan *scan, struct assay_error *err)
{
	struct slot *slot = &scan->slots[scan->drained % scan->n_slots];
	int r;

	pthread_mutex_lock(&scan->lock);
	while (slot->state != SLOT_DONE)
		pthread_cond_wait(&scan->done, &scan->lock);
	pthread_mutex_unlock(&scan->lock);
	r = findings_drain(scan, slot, err);
	slot->state = SLOT_FREE; /* only this thread looks at free slots */
	scan->drained++;
	return r;
}

int
pool_slot(struct scan *scan, struct slot **ret, struct assay_error *err)
{
	while (scan->filled - scan->drained >= scan->n_slots) {
		int r = drain_oldest(scan, err);
		if (r < 0)
			return r;
	}
	*ret = &scan->slots[scan->filled % scan->n_slots];
	(*ret)->is_end = false;
	return ASSAY_OK;
}

void
pool_post(struct scan *scan, struct slot *slot)
{
	slot->batch.ticket = scan->filled;
	pthread_mutex_lock(&scan->lock);
	slot->state = SLOT_FILLED;
	scan->filled++;
	pthread_cond_signal(&scan->work);
	pthread_mutex_unlock(&scan->lock);
}

int
pool_drain_all(struct scan *scan, struct assay_error *err)
{
	int r = ASSAY_OK;

	while (scan->drained < scan->filled && r == ASSAY_OK)
		r = drain_oldest(scan, err);
	return r;
}

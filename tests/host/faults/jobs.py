"""The stack's job queue, seen and tidied from outside as rq itself does it, without waiting for as long."""

from __future__ import annotations

import contextlib

from redis import Redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import StartedJobRegistry

from .stack import SITE, Stack

REBUILD = f"{SITE}::slm_rebuild_0"
_MUCH_LATER = float(2**40)


def connection(stack: Stack) -> Redis:
	return Redis(port=stack.redis_port)


def status(stack: Stack, job: str = REBUILD) -> str:
	"""Where a job stands; empty when there is none."""
	try:
		found = Job.fetch(job, connection=connection(stack)).get_status()
	except NoSuchJobError:
		return ""
	return str(getattr(found, "value", found))


def give_up(stack: Stack) -> int:
	"""Jobs whose worker has died count as failed; rq finds out by itself within a quarter of an hour. How many."""
	count = 0
	for queue in Queue.all(connection=connection(stack)):
		count += len(StartedJobRegistry(queue=queue).cleanup(_MUCH_LATER))
		for job in queue.connection.lrange(queue.intermediate_queue_key, 0, -1):
			with contextlib.suppress(NoSuchJobError):
				Job.fetch(job.decode(), connection=queue.connection).set_status(JobStatus.FAILED)
			count += 1
		queue.connection.delete(queue.intermediate_queue_key)
	return count


def waiting(stack: Stack) -> int:
	"""Jobs that have not begun or not ended."""
	queues = Queue.all(connection=connection(stack))
	return sum(queue.count + StartedJobRegistry(queue=queue).count for queue in queues)


def forget(stack: Stack) -> None:
	"""Nothing is queued, running or over."""
	redis = connection(stack)
	for key in redis.scan_iter("rq:*"):
		redis.delete(key)

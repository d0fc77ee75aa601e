"""Maps a list by a function that gives way once, at most 64 at once, and adds the results up.

Sixty-four workers that share the list are faster, on both, than a task for each item and a semaphore.
"""

import asyncio

LIMIT = 64


async def on_asyncio(size, meter):
    values = [None] * size
    items = iter(range(size))

    async def worker():
        for i in items:
            await asyncio.sleep(0)
            values[i] = 2 * i

    async with asyncio.TaskGroup() as group:
        for _ in range(LIMIT):
            group.create_task(worker())
    return sum(values)


async def on_trio(size, meter):
    import trio

    values = [None] * size
    items = iter(range(size))

    async def worker():
        for i in items:
            await trio.lowlevel.checkpoint()
            values[i] = 2 * i

    async with trio.open_nursery() as nursery:
        for _ in range(LIMIT):
            nursery.start_soon(worker)
    return sum(values)


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

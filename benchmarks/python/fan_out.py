"""One task sends numbers through a buffer of sixteen; each of sixteen receives as many as the others.

They add up on their own: `total += await ...` would read a shared total before the wait.
"""

import asyncio

RECEIVERS = 16
CAPACITY = 16


async def on_asyncio(size, meter):
    queue = asyncio.Queue(CAPACITY)

    async def receiver():
        total = 0
        for _ in range(size // RECEIVERS):
            total += await queue.get()
        return total

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(receiver()) for _ in range(RECEIVERS)]
        for i in range(1, size + 1):
            await queue.put(i)
    return sum(task.result() for task in tasks)


async def on_trio(size, meter):
    import trio

    to, here = trio.open_memory_channel(CAPACITY)
    totals = []

    async def receiver():
        total = 0
        for _ in range(size // RECEIVERS):
            total += await here.receive()
        totals.append(total)

    async with trio.open_nursery() as nursery:
        for _ in range(RECEIVERS):
            nursery.start_soon(receiver)
        for i in range(1, size + 1):
            await to.send(i)
    return sum(totals)


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

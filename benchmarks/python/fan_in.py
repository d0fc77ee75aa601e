"""Sixteen tasks send numbers through one buffer of sixteen, one receives them and adds them up."""

import asyncio

SENDERS = 16
CAPACITY = 16


async def on_asyncio(size, meter):
    queue = asyncio.Queue(CAPACITY)

    async def sender(first):
        for i in range(first, size + 1, SENDERS):
            await queue.put(i)

    total = 0
    async with asyncio.TaskGroup() as group:
        for first in range(1, SENDERS + 1):
            group.create_task(sender(first))
        for _ in range(size):
            total += await queue.get()
    return total


async def on_trio(size, meter):
    import trio

    to, here = trio.open_memory_channel(CAPACITY)

    async def sender(first):
        for i in range(first, size + 1, SENDERS):
            await to.send(i)

    total = 0
    async with trio.open_nursery() as nursery:
        for first in range(1, SENDERS + 1):
            nursery.start_soon(sender, first)
        for _ in range(size):
            total += await here.receive()
    return total


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

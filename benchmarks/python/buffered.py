"""One task sends numbers through a buffer, one receives them and adds them up."""

import asyncio
import math


def peers(capacity=None):
    """What the peers do at a capacity, or without a bound."""

    async def on_asyncio(size, meter):
        queue = asyncio.Queue(capacity or 0)

        async def sender():
            for i in range(1, size + 1):
                await queue.put(i)

        total = 0
        async with asyncio.TaskGroup() as group:
            group.create_task(sender())
            for _ in range(size):
                total += await queue.get()
        return total

    async def on_trio(size, meter):
        import trio

        to, here = trio.open_memory_channel(capacity or math.inf)

        async def sender():
            for i in range(1, size + 1):
                await to.send(i)

        total = 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(sender)
            for _ in range(size):
                total += await here.receive()
        return total

    return {"asyncio": on_asyncio, "trio": on_trio}

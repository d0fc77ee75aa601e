"""One after another: a piece of work that gives way once, under ten deadlines at once."""

import asyncio

DEADLINES = [60 + level for level in range(10)]


async def on_asyncio(size, meter):
    async def work(i, level):
        if level < 0:
            await asyncio.sleep(0)
            return i
        async with asyncio.timeout(DEADLINES[level]):
            return await work(i, level - 1)

    total = 0
    for i in range(size):
        total += await work(i, len(DEADLINES) - 1)
    return total


async def on_trio(size, meter):
    import trio

    async def work(i, level):
        if level < 0:
            await trio.lowlevel.checkpoint()
            return i
        with trio.fail_after(DEADLINES[level]):
            return await work(i, level - 1)

    total = 0
    for i in range(size):
        total += await work(i, len(DEADLINES) - 1)
    return total


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

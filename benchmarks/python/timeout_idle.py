"""One after another: a piece of work that gives way once, under a timeout that never fires."""

import asyncio

MINUTE = 60


async def on_asyncio(size, meter):
    total = 0
    for i in range(size):
        async with asyncio.timeout(MINUTE):
            await asyncio.sleep(0)
            total += i
    return total


async def on_trio(size, meter):
    import trio

    total = 0
    for i in range(size):
        with trio.fail_after(MINUTE):
            await trio.lowlevel.checkpoint()
            total += i
    return total


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

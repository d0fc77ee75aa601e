"""Tasks in tasks, each with a cleanup that counts. The innermost waits; then the outermost is cancelled."""

import asyncio
import sys

# A cancel walks down Trio's scopes by recursion.
sys.setrecursionlimit(100_000)


async def on_asyncio(size, meter):
    entered = cleaned = 0

    async def innermost():
        await asyncio.get_running_loop().create_future()

    async def level(left):
        nonlocal entered, cleaned
        try:
            entered += 1
            async with asyncio.TaskGroup() as group:
                group.create_task(innermost() if left == 1 else level(left - 1))
        finally:
            cleaned += 1

    task = asyncio.create_task(level(size))
    while entered < size:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    meter.start()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return cleaned


async def on_trio(size, meter):
    import trio

    entered = cleaned = 0

    async def level(left):
        nonlocal entered, cleaned
        try:
            entered += 1
            async with trio.open_nursery() as nursery:
                if left == 1:
                    nursery.start_soon(trio.sleep_forever)
                else:
                    nursery.start_soon(level, left - 1)
        finally:
            cleaned += 1

    async with trio.open_nursery() as nursery:
        nursery.start_soon(level, size)
        while entered < size:
            await trio.lowlevel.checkpoint()
        await trio.lowlevel.checkpoint()
        meter.start()
        nursery.cancel_scope.cancel()
    return cleaned


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

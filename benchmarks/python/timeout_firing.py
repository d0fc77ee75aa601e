"""Concurrent waits that only their timeout ends, each with a cleanup that counts."""

import asyncio

SOON = 0.01


async def on_asyncio(size, meter):
    cleaned = late = 0

    async def task():
        nonlocal cleaned, late
        try:
            async with asyncio.timeout(SOON):
                try:
                    await asyncio.get_running_loop().create_future()
                finally:
                    cleaned += 1
        except TimeoutError:
            late += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(size):
            group.create_task(task())
    return min(cleaned, late)


async def on_trio(size, meter):
    import trio

    cleaned = late = 0

    async def task():
        nonlocal cleaned, late
        try:
            with trio.fail_after(SOON):
                try:
                    await trio.sleep_forever()
                finally:
                    cleaned += 1
        except trio.TooSlowError:
            late += 1

    async with trio.open_nursery() as nursery:
        for _ in range(size):
            nursery.start_soon(task)
    return min(cleaned, late)


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

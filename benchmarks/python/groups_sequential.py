"""Groups one after another, each of a hundred trivial tasks."""

import asyncio

TASKS = 100


async def on_asyncio(size, meter):
    ran = 0

    async def task():
        nonlocal ran
        ran += 1

    for _ in range(size // TASKS):
        async with asyncio.TaskGroup() as group:
            for _ in range(TASKS):
                group.create_task(task())
    return ran


async def on_trio(size, meter):
    import trio

    ran = 0

    async def task():
        nonlocal ran
        ran += 1

    for _ in range(size // TASKS):
        async with trio.open_nursery() as nursery:
            for _ in range(TASKS):
                nursery.start_soon(task)
    return ran


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

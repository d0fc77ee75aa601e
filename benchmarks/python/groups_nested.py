"""One group of concurrent tasks, each of which has a group of a hundred trivial tasks in it."""

import asyncio

TASKS = 100


async def on_asyncio(size, meter):
    ran = 0

    async def task():
        nonlocal ran
        ran += 1

    async def inner():
        async with asyncio.TaskGroup() as group:
            for _ in range(TASKS):
                group.create_task(task())

    async with asyncio.TaskGroup() as groups:
        for _ in range(size // TASKS):
            groups.create_task(inner())
    return ran


async def on_trio(size, meter):
    import trio

    ran = 0

    async def task():
        nonlocal ran
        ran += 1

    async def inner():
        async with trio.open_nursery() as nursery:
            for _ in range(TASKS):
                nursery.start_soon(task)

    async with trio.open_nursery() as groups:
        for _ in range(size // TASKS):
            groups.start_soon(inner)
    return ran


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

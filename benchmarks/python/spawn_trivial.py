"""Each task gives its number; whoever spawned it joins it and adds the number up."""

import asyncio


async def number(i):
    return i


async def on_asyncio(size, meter):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(number(i)) for i in range(size)]
    return sum(task.result() for task in tasks)


async def on_trio(size, meter):
    import trio

    total = 0

    async def task(i):
        nonlocal total
        total += i

    async with trio.open_nursery() as nursery:
        for i in range(size):
            nursery.start_soon(task, i)
    return total


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

"""A tree of tasks: each has ten, those at the bottom give their number, and the others the sum of theirs."""

import asyncio

BRANCHES = 10


async def on_asyncio(size, meter):
    async def node(first, leaves):
        if leaves == 1:
            return first
        share = leaves // BRANCHES
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(node(first + i * share, share)) for i in range(BRANCHES)]
        return sum(task.result() for task in tasks)

    return await node(0, size)


async def on_trio(size, meter):
    import trio

    async def node(first, leaves, give):
        if leaves == 1:
            give(first)
            return
        share = leaves // BRANCHES
        values = []
        async with trio.open_nursery() as nursery:
            for i in range(BRANCHES):
                nursery.start_soon(node, first + i * share, share, values.append)
        give(sum(values))

    values = []
    await node(0, size, values.append)
    return values[0]


PEERS = {"asyncio": on_asyncio, "trio": on_trio}

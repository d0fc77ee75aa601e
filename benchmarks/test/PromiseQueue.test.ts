import { expect, it } from "vitest"
import { nextTurn } from "../src/nextTurn.ts"
import { PromiseQueue } from "../src/PromiseQueue.ts"

it("gives the items in order, however many there are", async () => {
  const queue = new PromiseQueue<number>(Infinity)
  for (let i = 1; i <= 5000; i++) await queue.put(i)
  const items = []
  for (let i = 1; i <= 5000; i++) items.push(await queue.take())
  expect(items).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1))
})

it("a put waits while the queue is full, and what it has comes after what is there", async () => {
  const queue = new PromiseQueue<number>(1)
  await queue.put(1)
  let done = false
  const putting = queue.put(2)?.then(() => (done = true))
  await nextTurn()
  expect(done).toBe(false)
  expect([await queue.take(), await queue.take()]).toEqual([1, 2])
  await putting
  expect(queue.poll()).toBeUndefined()
})

it("with capacity 0 a put waits for whoever takes", async () => {
  const queue = new PromiseQueue<number>(0)
  let done = false
  const putting = queue.put(1)?.then(() => (done = true))
  await nextTurn()
  expect(done).toBe(false)
  expect(await queue.take()).toBe(1)
  await putting
  expect(done).toBe(true)
})

it("who waits longest is given the next item, and nobody is told to poll for it", async () => {
  let told = 0
  const queue = new PromiseQueue<number>(1, () => told++)
  const waiting = [queue.take(), queue.take()]
  await queue.put(1)
  await queue.put(2)
  expect(await Promise.all(waiting)).toEqual([1, 2])
  expect(told).toBe(0)
  await queue.put(3)
  expect([told, queue.poll()]).toEqual([1, 3])
})

/** How many items a channel of this name buffers. What is no capacity is misuse: it throws. */
export const capacityOf = (capacity: number | "unbounded", name: string): number => {
  if (capacity === "unbounded") return Infinity
  if (Number.isInteger(capacity) && capacity >= 0) return capacity
  throw new RangeError(
    `the capacity of channel "${name}" is ${String(capacity)}. Pass a whole number from 0 on, or "unbounded".`
  )
}

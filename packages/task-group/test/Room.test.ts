import { expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Room } from "../src/internal/Room.ts"

class Guest {
  gone = false
  admitted = false
  admit(): void {
    this.admitted = true
  }
}

it("serves who stands in line first come, first served, and never holds a free place while somebody stands", () => {
  const step = fc.oneof(
    fc.constant({ _tag: "come" as const }),
    fc.constant({ _tag: "leave" as const }),
    fc.record({ _tag: fc.constant("go" as const), who: fc.nat() }),
    fc.record({ _tag: fc.constant("resize" as const), places: fc.nat({ max: 5 }) })
  )
  fc.assert(
    fc.property(fc.nat({ max: 4 }), fc.array(step, { maxLength: 200 }), (places, steps) => {
      const room = new Room(places)
      let free = places
      const line: Array<Guest> = []
      const serve = (): void => {
        while (free > 0 && line.length > 0) {
          const guest = line.shift()!
          if (guest.gone) continue
          free--
          expect(guest.admitted).toBe(true)
        }
        for (const guest of line) expect(guest.admitted).toBe(false)
      }
      let inside = 0
      let present = places
      for (const done of steps) {
        if (done._tag === "come") {
          const entered = room.tryEnter()
          // Who comes while others stand in line must not overtake them.
          const standing = line.some((guest) => !guest.gone)
          expect(entered).toBe(free > 0 && !standing)
          if (entered) {
            free--
          } else {
            const guest = new Guest()
            room.stand(guest)
            line.push(guest)
          }
        } else if (done._tag === "leave") {
          inside = present - free
          if (inside <= 0) continue
          free++
          room.leave()
        } else if (done._tag === "go") {
          const guest = line[done.who % Math.max(1, line.length)]
          if (guest !== undefined) guest.gone = true
        } else {
          free += done.places - present
          present = done.places
          room.resize(done.places)
        }
        serve()
      }
    }),
    { numRuns: 500 }
  )
})

it("does not keep the places in line of those who were served, however many came", () => {
  const room = new Room(1)
  expect(room.tryEnter()).toBe(true)
  const guests = Array.from({ length: 5000 }, () => new Guest())
  for (const guest of guests) room.stand(guest)
  for (const guest of guests) {
    room.leave()
    expect(guest.admitted).toBe(true)
  }
  room.leave()
  expect(room.tryEnter()).toBe(true)
})

it("lets one in at once who stands in line where a place has come back in the meantime", () => {
  const room = new Room(1)
  expect([room.tryEnter(), room.tryEnter()]).toEqual([true, false])
  const guest = new Guest()
  room.leave()
  room.stand(guest)
  expect([guest.admitted, room.tryEnter()]).toEqual([true, false])
})

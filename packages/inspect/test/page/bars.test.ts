import { describe, expect, it } from "vitest"
import { barOf, ticksOf } from "../../src/page/bars.ts"
import type { Life } from "../../src/page/History.ts"

const axis = { from: 1000, to: 2000, width: 500 }

const life = (more: Partial<Life>): Life => ({
  id: 1,
  kind: "task",
  name: "a",
  parent: undefined,
  from: 1200,
  to: undefined,
  failed: false,
  cancelled: undefined,
  waits: [],
  info: undefined,
  ...more
})

describe("the bar of a node", () => {
  it("goes from its beginning to now, over its waits [S-327]", () => {
    expect(
      barOf(
        life({
          waits: [
            { from: 1400, to: 1600, on: "x" },
            { from: 1900, on: "y" }
          ]
        }),
        axis
      )
    ).toEqual({
      parts: [
        { look: "runs", x: 100, width: 400 },
        { look: "waits", x: 200, width: 100 },
        { look: "waits", x: 450, width: 50 }
      ],
      cancel: undefined,
      end: undefined
    })
  })

  it("shows where it was cancelled, its cleanup, and how it ended [S-327]", () => {
    const stopped = life({ cancelled: { at: 1500, because: "why" }, to: 1700, failed: true })
    expect(barOf(stopped, axis)).toEqual({
      parts: [
        { look: "runs", x: 100, width: 150 },
        { look: "cleansUp", x: 250, width: 100 }
      ],
      cancel: 250,
      end: { x: 350, failed: true }
    })
  })

  it("is cut where the axis is, and is not there outside of it [S-327]", () => {
    const older = life({ from: 0, cancelled: { at: 500, because: "why" } })
    expect(barOf(older, axis)).toEqual({
      parts: [{ look: "cleansUp", x: 0, width: 500 }],
      cancel: undefined,
      end: undefined
    })
    expect(barOf(life({ from: 0, to: 999 }), axis)).toBeUndefined()
    expect(barOf(life({ from: 2001 }), axis)).toBeUndefined()
  })

  it("can be seen even if it lasted no time [S-327]", () => {
    expect(barOf(life({ from: 1500, to: 1500 }), axis)!.parts).toEqual([{ look: "runs", x: 250, width: 1 }])
  })
})

describe("the axis", () => {
  it("has times in round steps, 80 pixels apart at least [S-327]", () => {
    expect(ticksOf({ from: 0, to: 60_000, width: 600 }).map(({ ago, x }) => [ago, x])).toEqual([
      [10_000, 500],
      [20_000, 400],
      [30_000, 300],
      [40_000, 200],
      [50_000, 100],
      [60_000, 0]
    ])
    expect(ticksOf({ from: 0, to: 60_000, width: 30 })).toEqual([])
  })
})

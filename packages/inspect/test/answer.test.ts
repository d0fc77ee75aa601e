import { describe, expect, it } from "vitest"
import type { Inspector } from "../src/Inspector.ts"
import { answer, type Question } from "../src/internal/answer.ts"

const inspector = {
  snapshot: () => ({ at: 1, pid: 2, program: "secret", nodes: [], resources: [], findings: [] }),
  timeline: (after?: number) => ({ events: [], last: after ?? 0, lost: 0 })
} as unknown as Inspector

const ask = (more: Partial<Question>, token: string | null = "T") =>
  answer(inspector, token ?? undefined, {
    method: "GET",
    path: "/snapshot",
    host: "127.0.0.1:80",
    authorization: "Bearer T",
    ...more
  })

describe("an inspected program answers", () => {
  it("with the snapshot, and with what happened after an event [S-320]", () => {
    expect(JSON.parse(ask({}).body)).toMatchObject({ program: "secret" })
    expect(JSON.parse(ask({ path: "/timeline?after=12" }).body)).toEqual({ events: [], last: 12, lost: 0 })
    expect(ask({ authorization: undefined }, null).status).toBe(200)
  })

  it.each([
    [401, "no token", { authorization: undefined }],
    [401, "another token", { authorization: "Bearer t" }],
    [401, "the token and more", { authorization: "Bearer TT" }],
    [401, "a token of another kind", { authorization: "Basic T" }],
    [403, "another host", { host: "evil.example" }],
    [403, "a host that only begins well", { host: "127.0.0.1.evil.example" }],
    [403, "no host", { host: undefined }],
    [405, "a request that changes something", { method: "POST" }],
    [404, "another path", { path: "/../secret" }],
    [400, "no number of an event", { path: "/timeline?after=x" }],
    [400, "a negative number of an event", { path: "/timeline?after=-1" }]
  ] as ReadonlyArray<readonly [number, string, Partial<Question>]>)(
    "with %i and nothing else to %s [S-320]",
    (status, _, question) => {
      const { body, status: said } = ask(question)
      expect(said).toBe(status)
      expect(body).not.toContain("secret")
      expect(Object.keys(JSON.parse(body) as object)).toEqual(["error"])
    }
  )
})

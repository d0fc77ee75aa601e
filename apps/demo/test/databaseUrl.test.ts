import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { parseDatabaseUrl } from "../src/database/databaseUrl.ts"

const parse = (url: string) => parseDatabaseUrl(Redacted.make(url))

describe("DATABASE_URL", () => {
  it.effect.each([
    ["postgres://ada:hunter2@db.example:5433/books", "db.example:5433/books"],
    ["postgresql://ada:hunter2@[::1]/books", "[::1]:5432/books"],
    ["postgres:///books", "localhost:5432/books"],
    ["postgres://ada@db/my%20books", "db:5432/my books"],
    ["postgres:///books?host=/run/postgresql&port=5433&password=hunter2", "/run/postgresql:5433/books"]
  ] as const)("%s is at %s", ([url, place]) =>
    Effect.map(parse(url), (address) => {
      assert.strictEqual(address.place, place)
      assert.strictEqual(Redacted.value(address.url), url)
    })
  )

  it.effect.each([
    ["hunter2", "is no URL"],
    ["", "is no URL"],
    ["postgres://ada:hunter2@db:99999/books", "is no URL"],
    ["mysql://ada:hunter2@db/books", 'has the scheme "mysql:"'],
    ["hunter2:5432", 'has the scheme "hunter2:"'],
    ["postgres://ada:hunter2%zz@db/books", "has a %"],
    ["postgres://ada:hunter2@db/%zz", "has a %"]
  ] as const)("%s: it %s", ([url, says]) =>
    Effect.map(Effect.flip(parse(url)), (error) => {
      assert.include(error.message, `DATABASE_URL ${says}`)
      assert.strictEqual(error.exitCode, 2)
    })
  )
})

import { Option } from "effect"
import { Argument, Flag } from "effect/cli"
import type { TargetOptions } from "./Target.ts"

export interface Options extends TargetOptions {
  /** Pages fetched at once. */
  readonly limit: number
  /** Pages fetched at once from one host; what suits the target when not given. */
  readonly perHost: Option.Option<number>
  /** Seconds that a page may take; what suits the target when not given. */
  readonly pageTimeout: Option.Option<number>
  /** The SQLite file to write; a temporary one, removed at the end, when not given. */
  readonly out: Option.Option<string>
}

export const defaults: Options = {
  url: Option.none(),
  dir: Option.none(),
  sitePages: 2000,
  limit: 64,
  perHost: Option.none(),
  pageTimeout: Option.none(),
  out: Option.none()
}

const within =
  (from: number, to: number) =>
  (flag: Flag.Flag<number>): Flag.Flag<number> =>
    Flag.filter(
      flag,
      (value) => value >= from && value <= to,
      () => `a number from ${from} to ${to}`
    )

export const flags = {
  url: Argument.String("url").pipe(
    Argument.withDescription("the http:// or https:// address to start from"),
    Argument.optional
  ),
  dir: Flag.String("dir").pipe(
    Flag.withDescription("serve this folder of HTML on this machine and crawl it"),
    Flag.withMetavar("PATH"),
    Flag.optional
  ),
  sitePages: Flag.Int("site-pages").pipe(
    within(1, 100_000),
    Flag.withDescription(`pages of the local site (default ${defaults.sitePages})`),
    Flag.withDefault(defaults.sitePages)
  ),
  limit: Flag.Int("limit").pipe(
    within(1, 10_000),
    Flag.withDescription(`pages fetched at once (default ${defaults.limit})`),
    Flag.withDefault(defaults.limit)
  ),
  perHost: Flag.Int("per-host").pipe(
    within(1, 10_000),
    Flag.withDescription("pages fetched at once from one host (default 64 from our own server, 4 from others)"),
    Flag.optional
  ),
  pageTimeout: Flag.Finite("page-timeout").pipe(
    within(0.001, 3600),
    Flag.withDescription("seconds a page may take (default 3 on the local site, 10 elsewhere)"),
    Flag.optional
  ),
  out: Flag.String("out").pipe(
    Flag.withDescription("keep the pages and links in this SQLite file"),
    Flag.withMetavar("FILE"),
    Flag.optional
  )
}

/** What an inspected program answers to a question over HTTP: plain data, and only to whoever may ask. */
import { createHash, timingSafeEqual } from "node:crypto"
import type { Inspector } from "../Inspector.ts"
import { snapshotJson, timelineJson } from "./toJson.ts"

export interface Question {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly host: string | undefined
  readonly authorization: string | undefined
}

export interface Answer {
  readonly status: number
  readonly body: string
}

const said = (status: number, body: unknown): Answer => ({ status, body: JSON.stringify(body) })

const hash = (text: string): Buffer => createHash("sha256").update(text).digest()

/** Compares in a time that does not depend on where they differ. */
export const isToken = (authorization: string | undefined, token: string): boolean =>
  timingSafeEqual(hash(authorization ?? ""), hash(`Bearer ${token}`))

/** A page from elsewhere whose name was pointed at this machine names itself in `Host`. */
export const isOwnHost = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)

/** `token` is there on a port, which everybody on this machine can reach; who can reach the socket may ask. */
export const answer = (inspector: Inspector, token: string | undefined, question: Question): Answer => {
  if (!isOwnHost(question.host)) return said(403, { error: "asked by another name than localhost" })
  if (token !== undefined && !isToken(question.authorization, token)) return said(401, { error: "wrong token" })
  if (question.method !== "GET") return said(405, { error: "only GET" })
  const url = new URL(question.path, "http://localhost")
  if (url.pathname === "/snapshot") return { status: 200, body: snapshotJson(inspector.snapshot()) }
  if (url.pathname === "/timeline") {
    const after = Number(url.searchParams.get("after") ?? "0")
    if (!Number.isSafeInteger(after) || after < 0)
      return said(400, { error: "`after` must be the number of an event: 0, 1, 2 …" })
    return { status: 200, body: timelineJson(inspector.timeline(after)) }
  }
  return said(404, { error: "there are /snapshot and /timeline" })
}

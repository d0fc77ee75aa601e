/**
 * Limits on how much runs at once and on how often it starts. A limit is itself what an effect is piped through.
 *
 * @module
 */
export { concurrent } from "./concurrent.ts"
export { keyed, type KeyedLimit } from "./keyed.ts"
export { type Limit, type LimitOptions } from "./Limit.ts"
export { rate, type RateOptions } from "./rate.ts"

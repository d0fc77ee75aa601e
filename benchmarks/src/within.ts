/**
 * A promise with a time limit, as one writes it by hand. Faster than `Promise.race`, which needs more promises, and
 * than `finally`, which needs more turns.
 */
export const within = <A>(millis: number, work: Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("late")), millis)
    const succeed = (value: A): void => {
      clearTimeout(timer)
      resolve(value)
    }
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    work.then(succeed, fail)
  })

/** The sum of the numbers from 1 to `size`. A missing item, or one that comes twice, changes it: none of them is 0. */
export const sumTo = (size: number): number => (size * (size + 1)) / 2

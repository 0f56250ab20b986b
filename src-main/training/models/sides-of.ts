import type { Size } from './network-definition.ts'

/** Height and width. */
export function sidesOf(size: Size): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size
}

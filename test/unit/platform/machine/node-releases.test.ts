import { expect, it } from 'vitest'
import { saferNode } from '../../../../src-main/platform/machine/node-releases.ts'

it.each([
  ['26.10.0', '26.12.1'],
  ['26.12.0', '26.12.1'],
  ['26.12.1', null],
  ['26.13.0', null],
  ['24.0.0', '24.22.1'],
  ['24.22.1', null],
  ['28.0.0', null],
])('Node %s: %s mends holes', (version, safe) => {
  expect(saferNode(version)).toBe(safe)
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeWire, encodeWire } from '../../../../src-main/core/processes/wire.ts'

it('brings numbers that JSON lacks to the other side', () => {
  const message = { a: [Number.NaN, 1, Number.POSITIVE_INFINITY], b: { c: -Infinity, d: null } }
  expect(decodeWire(encodeWire(message))).toEqual(message)
})

it('brings every JSON value to the other side', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(decodeWire(encodeWire({ value }))).toEqual(JSON.parse(JSON.stringify({ value })))
    }),
  )
})

it('leaves other words in $number alone', () => {
  expect(decodeWire('{"$number":"seven"}')).toEqual({ $number: 'seven' })
})

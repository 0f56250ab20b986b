import { expect, it } from 'vitest'
import { PixelBudget } from '../../../src-main/datasets/decoded-image.ts'

it('all images of a set together have a limit of pixels, which is told', () => {
  const budget = new PixelBudget()
  const image = { height: 8_000, width: 8_000, channels: 1, data: new Uint8Array() } as const
  for (let count = 0; count < 781; count++) budget.take('a.zip', image)
  expect(() => budget.take('a.zip', image)).toThrow(
    expect.objectContaining({
      code: 'data.invalid',
      detail: expect.objectContaining({
        path: 'a.zip',
        field: 'pixels',
        value: 782 * 64_000_000,
      }) as unknown,
    }),
  )
})

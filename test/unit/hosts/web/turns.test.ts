import { expect, it } from 'vitest'
import { Turns } from '../../../../src-main/hosts/web/turns.ts'

const settled = async (): Promise<void> => new Promise(resolve => setImmediate(resolve))

it('so many calls are under way, of each caller fewer; the others wait in their order', async () => {
  const turns = new Turns({ atOnce: 3, atOnceOfCaller: 2 })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const take = (call: string): void => {
    void turns.take(call.charAt(0)).then(end => {
      begun.push(call)
      ends.set(call, end)
    })
  }
  for (const call of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) take(call)
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b1'])
  ends.get('b1')?.()
  await settled()
  expect(begun.slice(3)).toEqual(['b2'])
  ends.get('a2')?.()
  await settled()
  expect(begun.slice(4)).toEqual(['a3'])
  for (const call of ['a1', 'a3']) ends.get(call)?.()
  await settled()
  expect(begun.slice(5)).toEqual(['a4', 'c1'])
  for (const call of ['a4', 'b2', 'c1']) ends.get(call)?.()
  take('a5')
  await settled()
  expect(begun.at(-1)).toBe('a5')
})

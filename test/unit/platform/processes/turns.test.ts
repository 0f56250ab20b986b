import { expect, it } from 'vitest'
import { Turns } from '../../../../src-main/platform/processes/turns.ts'

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

it('a wait ends with its signal, and takes no turn', async () => {
  const turns = new Turns({ atOnce: 1 })
  const end = await turns.take()
  const gone = new AbortController()
  const left = turns.take('', gone.signal).catch((error: unknown) => error)
  const next = turns.take()
  gone.abort(new Error('left'))
  expect(await left).toEqual(new Error('left'))
  end()
  await expect(next).resolves.toBeTypeOf('function')
  await expect(turns.take('', gone.signal)).rejects.toThrow('left')
})

it('nobody waits once it is open', async () => {
  const turns = new Turns({ atOnce: 1 })
  await turns.take()
  const waiting = [turns.take(), turns.take()]
  turns.open()
  expect(await Promise.all([...waiting, turns.take()])).toHaveLength(3)
})

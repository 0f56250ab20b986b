import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../src-main/contract/parse-specification.ts'
import type { SearchRequest, SearchResponse } from '../../../src-main/contract/search-protocol.ts'

const entry = fileURLToPath(new URL('../../../src-main/children/search.ts', import.meta.url))
let child: ChildProcess | null = null

afterEach(() => {
  child?.kill('SIGKILL')
  child = null
})

async function start(): Promise<{ child: ChildProcess; ready: SearchResponse }> {
  child = fork(entry, [], { serialization: 'advanced' })
  const [ready] = (await once(child, 'message')) as [SearchResponse]
  return { child, ready }
}

async function ask(to: ChildProcess, request: SearchRequest): Promise<SearchResponse> {
  to.send(request)
  const [response] = (await once(to, 'message')) as [SearchResponse]
  return response
}

describe('search process', () => {
  it('says that it is ready, answers in order, and ends with its channel', async () => {
    const { child: search, ready } = await start()
    expect(ready).toEqual({ type: 'ready', protocol: 2, pid: search.pid })
    const parsed = parseSpecification({
      name: 'test',
      objective: { function: 'sphere' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 5] }, x1: { float: [-5, 5] } },
      pruner: { name: 'median', startupTrials: 1 },
      stop: { trials: 10 },
    })
    if (!parsed.ok) throw new Error('the study is wrong')
    const history = [
      {
        number: 0,
        state: 'complete' as const,
        parameters: { x0: 0, x1: 0 },
        values: [1],
        reports: [{ step: 1, value: 1 }],
      },
    ]
    const { specification } = parsed
    expect(
      await ask(search, { type: 'open', id: 1, specification, history, earlier: [] }),
    ).toMatchObject({
      id: 1,
      ok: true,
    })
    const proposal = await ask(search, { type: 'propose', id: 2, trialNumber: 1 })
    expect(proposal).toMatchObject({ id: 2, ok: true })
    const parameters = { x0: 1, x1: 1 }
    await ask(search, { type: 'started', id: 3, trialNumber: 1, parameters })
    // Only `advanced` serialization brings NaN through.
    const judgement = await ask(search, {
      type: 'judge',
      id: 4,
      trialNumber: 1,
      step: 1,
      value: Number.NaN,
      further: {},
    })
    expect(judgement).toMatchObject({ id: 4, value: { action: 'prune' } })
    expect(await ask(search, { type: 'propose', id: 5, trialNumber: 1 })).toMatchObject({
      id: 5,
      ok: false,
      error: { code: 'protocol.invalid' },
    })
    const exit = once(search, 'exit')
    search.disconnect()
    expect(await exit).toEqual([0, null])
  })

  it('leaves Ctrl-C to main', async () => {
    const { child: search } = await start()
    search.kill('SIGINT')
    const answer = await ask(search, { type: 'propose', id: 1, trialNumber: 0 })
    expect(answer).toMatchObject({ id: 1, ok: false })
  })
})

import { expect, it } from 'vitest'
import { loadProblem } from '../../../bench/search/problems/registry.ts'
import { openOptuna, openOwn } from '../../../bench/search/slot-searches.ts'
import { findPeer } from '../../helpers/python-peer.ts'

const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const study = { seed: 3, slots: 4, trials: 16 }
const always = ['act', 'dropout', 'layers', 'lr', 'opt', 'units', 'wd']
const branches: Readonly<Record<string, string>> = {
  sgd: 'momentum',
  adam: 'one_minus_beta2',
  rmsprop: 'rho',
}

it.skipIf(python === null)('asks Optuna for trials while others run, in our spaces', async () => {
  const problem = (await loadProblem('mixcond'))!
  const runs: unknown[] = []
  for (const repeat of [0, 1]) {
    const search = await openOptuna(python!, 'optuna-tpe', problem, study)
    const points = []
    for (let number = 0; number < study.trials; number++) {
      const point = (await search.ask(number))!
      const branch = branches[String(point['opt'])]!
      expect(Object.keys(point).sort(), `repeat ${repeat}`).toEqual([...always, branch].sort())
      expect(Number.isInteger(point['layers'])).toBe(true)
      expect(point['lr']).toBeGreaterThanOrEqual(1e-5)
      expect(point['lr']).toBeLessThanOrEqual(1)
      points.push(point)
      const ended = number - study.slots + 1
      if (ended >= 0) await search.tell(ended, await problem.evaluate(points[ended]!))
    }
    runs.push(points)
  }
  expect(runs[1]).toEqual(runs[0])
})

it('asks our own search in the same way', async () => {
  const problem = (await loadProblem('branin2'))!
  const search = openOwn('gp', problem, study)
  const points = [await search.ask(0), await search.ask(1)]
  expect(points.map(point => Object.keys(point!).sort())).toEqual([
    ['x0', 'x1'],
    ['x0', 'x1'],
  ])
  await search.tell(1, 5)
  expect(await search.ask(2)).not.toEqual(points[0])
})

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, UserCodeBench } from '../../helpers/user-code-study.ts'

/** Trusted code that changes while a study runs it. */

const scratch = useScratchFolders()
const python = findPython()
const report = 'print(json.dumps({"step": 1, "loss": 1.5}), flush=True)\n'

function study(command: readonly string[], trials = 1): StudySpecificationInput {
  return {
    name: 'changed',
    objective: { command: [...command] },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 1] } },
    sampler: { name: 'random' },
    retry: { code: 0 },
    stop: { trials },
  }
}

describe.skipIf(python === null)('a program that is changed', () => {
  it('between the look before its start and its reading fails, and none of its metrics count', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write('train.py', `import json\n${report}`)
    // It does what another program could do in that moment.
    bench.write(
      'run.sh',
      `printf 'import json, os\\n%s' '${report.replace('1.5', '-9')}' > train.py\nexec ${python} train.py\n`,
    )
    const { trials, study: after } = await bench.tune(study(['sh', 'run.sh', 'train.py'], 3))
    expect(trials).toHaveLength(1)
    expect(trials[0]).toMatchObject({
      state: 'failed',
      values: [],
      metrics: {},
      reason: {
        code: 'error.userCode.changed',
        values: { path: path.join(bench.folder, 'train.py') },
      },
    })
    expect(after.state).toBe('failed')
  })

  it('and ends without a report fails for that reason', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write('train.py', `import json\n${report}`)
    bench.write('run.sh', 'echo > train.py\nexit 3\n')
    const { trials } = await bench.tune(study(['sh', 'run.sh', 'train.py']))
    expect(trials[0]).toMatchObject({ state: 'failed', reason: { code: 'error.userCode.changed' } })
  })

  it('after its first report keeps its result, and its attempt says so', async () => {
    const bench = new UserCodeBench(scratch())
    bench.write('helper.py', 'value = 1\n')
    const change = 'open("helper.py", "a").write("value = 2\\n")\n'
    const again = 'print(json.dumps({"step": 2, "loss": 1}), flush=True)\n'
    bench.write(
      'train.py',
      `import json, time, helper\n${report}time.sleep(0.3)\n${change}${again}`,
    )
    const { trials } = await bench.tune(study([python ?? '', 'train.py']))
    expect(trials[0]).toMatchObject({
      state: 'complete',
      attempts: [{ code: { copied: false, changed: true } }],
    })
  })

  it('runs from its copy if it needs nothing beside it: what is written into it meanwhile does not run', async () => {
    const bench = new UserCodeBench(scratch())
    const change = 'open("train.py", "a").write("raise SystemExit(3)\\n")\n'
    const properties =
      '{"step": 1, "loss": 1.5, "imports": int(os.getcwd() in os.environ.get("PYTHONPATH", ""))}'
    bench.write(
      'train.py',
      `import json, os\n${change}print(json.dumps(${properties}), flush=True)\n`,
    )
    const { trials, study: after } = await bench.tune(study(['python3', 'train.py'], 3))
    const [first, second] = trials
    expect(first).toMatchObject({
      state: 'complete',
      values: [1.5],
      // The folder of the original is not searched: what lies there is not trusted.
      metrics: { imports: { values: [0] } },
      attempts: [{ code: { fingerprint: after.environment.project?.fingerprint, copied: true } }],
    })
    expect(first?.attempts[0]?.code).not.toHaveProperty('changed')
    // The next one is not trusted any more.
    expect(second).toMatchObject({ state: 'failed', reason: { code: 'error.userCode.changed' } })
    expect(readFileSync(path.join(bench.folder, 'train.py'), 'utf8')).toContain('SystemExit')
  })
})

import process from 'node:process'
import { describe } from 'vitest'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../../../helpers/user-code-study.ts'
import { executorSuite } from '../../../../suites/executor-suite.ts'
import { isSkipped } from '../../../../helpers/skipped-on-windows.ts'

const isLinux = process.platform === 'linux'

const scratch = useScratchFolders()

describe.skipIf(isSkipped('shell') || !isLinux)('on this computer', () => {
  executorSuite('here', {
    user: () => new UserCodeBench(scratch()),
    elsewhere: () => ({}),
    machines: [],
    adopts: false,
  })
})

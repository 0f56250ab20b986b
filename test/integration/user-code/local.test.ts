import process from 'node:process'
import { describe } from 'vitest'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'
import { executorSuite } from '../../suites/executor-suite.ts'

const scratch = useScratchFolders()

describe.skipIf(process.platform !== 'linux')('on this computer', () => {
  executorSuite('here', {
    user: () => new UserCodeBench(scratch()),
    elsewhere: () => ({}),
    ...{ machines: [], adopts: false },
  })
})

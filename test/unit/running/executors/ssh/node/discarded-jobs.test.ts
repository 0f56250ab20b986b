import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { DiscardedJobs } from '../../../../../../src-main/running/executors/ssh/node/discarded-jobs.ts'
import { PrivateJsonFile } from '../../../../../../src-main/platform/files/private-json.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('notes many jobs at once, each once, and forgets those of machines that are gone', () => {
  const jobs = new DiscardedJobs(path.join(scratch(), 'discarded.json'))
  const write = vi.spyOn(PrivateJsonFile.prototype, 'write')
  const many = Array.from({ length: 500 }, (_, at) => ({ machine: 'a', name: `job-${at}` }))
  jobs.addAll([...many, { machine: 'b', name: 'job-0' }])
  jobs.addAll(many)
  expect(write).toHaveBeenCalledTimes(1)
  write.mockRestore()
  expect(jobs.of('a')).toHaveLength(500)
  jobs.remove('a', ['job-1'])
  expect(jobs.of('a')).toHaveLength(499)
  jobs.keepOnly(['b'])
  expect([jobs.of('a'), jobs.of('b')]).toEqual([[], ['job-0']])
})

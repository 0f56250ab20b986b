import { loadProcessSystem } from '../platform/processes/system/load-process-system.ts'
import { supervise } from '../platform/user-code/supervise.ts'

/** Entry of the process that watches over a program of the user. It imports little, so that it starts quickly. */
supervise(await loadProcessSystem())

import { createRequire } from 'node:module'

type Handle = object

/** Functions of Windows' kernel32 by what they do here. A result of 0 or null is a failure, but for `suspendThread` and `resumeThread`. */
export interface WindowsFunctions {
  readonly createJob: (attributes: null, name: null) => Handle | null
  readonly setJob: (
    job: Handle,
    informationClass: number,
    information: Buffer,
    bytes: number,
  ) => number
  readonly queryJob: (
    job: Handle,
    informationClass: number,
    into: Buffer,
    bytes: number,
    used: null,
  ) => number
  readonly assignToJob: (job: Handle, process: Handle) => number
  readonly currentProcess: () => Handle
  readonly openProcess: (access: number, inherit: number, pid: number) => Handle | null
  readonly closeHandle: (handle: Handle) => number
  readonly sendConsoleEvent: (event: number, group: number) => number
  readonly setCtrlHandler: (handler: null, add: number) => number
  readonly setConsoleInput: (codePage: number) => number
  readonly setConsoleOutput: (codePage: number) => number
  readonly snapshot: (what: number, pid: number) => Handle
  readonly firstProcess: (snapshot: Handle, into: Buffer) => number
  readonly nextProcess: (snapshot: Handle, into: Buffer) => number
  readonly memoryOf: (process: Handle, into: Buffer, bytes: number) => number
  readonly timesOf: (
    process: Handle,
    ...startExitKernelUser: readonly (Buffer | undefined)[]
  ) => number
  readonly firstThread: (snapshot: Handle, into: Buffer) => number
  readonly nextThread: (snapshot: Handle, into: Buffer) => number
  readonly openThread: (access: number, inherit: number, id: number) => Handle | null
  readonly suspendThread: (thread: Handle) => number
  readonly resumeThread: (thread: Handle) => number
}

export function windowsFunctions(): WindowsFunctions {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const kernel = koffi.load('kernel32.dll')
  return {
    createJob: kernel.func('CreateJobObjectW', 'void *', ['void *', 'str16']),
    setJob: kernel.func('SetInformationJobObject', 'int', ['void *', 'int', 'void *', 'uint32']),
    queryJob: kernel.func('QueryInformationJobObject', 'int', [
      'void *',
      'int',
      'void *',
      'uint32',
      'void *',
    ]),
    assignToJob: kernel.func('AssignProcessToJobObject', 'int', ['void *', 'void *']),
    currentProcess: kernel.func('GetCurrentProcess', 'void *', []),
    openProcess: kernel.func('OpenProcess', 'void *', ['uint32', 'int', 'uint32']),
    closeHandle: kernel.func('CloseHandle', 'int', ['void *']),
    sendConsoleEvent: kernel.func('GenerateConsoleCtrlEvent', 'int', ['uint32', 'uint32']),
    setCtrlHandler: kernel.func('SetConsoleCtrlHandler', 'int', ['void *', 'int']),
    setConsoleInput: kernel.func('SetConsoleCP', 'int', ['uint32']),
    setConsoleOutput: kernel.func('SetConsoleOutputCP', 'int', ['uint32']),
    snapshot: kernel.func('CreateToolhelp32Snapshot', 'void *', ['uint32', 'uint32']),
    firstProcess: kernel.func('Process32FirstW', 'int', ['void *', 'void *']),
    nextProcess: kernel.func('Process32NextW', 'int', ['void *', 'void *']),
    memoryOf: kernel.func('K32GetProcessMemoryInfo', 'int', ['void *', 'void *', 'uint32']),
    timesOf: kernel.func('GetProcessTimes', 'int', [
      'void *',
      'void *',
      'void *',
      'void *',
      'void *',
    ]),
    firstThread: kernel.func('Thread32First', 'int', ['void *', 'void *']),
    nextThread: kernel.func('Thread32Next', 'int', ['void *', 'void *']),
    openThread: kernel.func('OpenThread', 'void *', ['uint32', 'int', 'uint32']),
    suspendThread: kernel.func('SuspendThread', 'uint32', ['void *']),
    resumeThread: kernel.func('ResumeThread', 'uint32', ['void *']),
  }
}

import { call, closeBackEnd, run } from '../hosts/back-end/serve-desktop.ts'
import { serve } from '../platform/processes/serve.ts'

/** Entry of the back end as a process of its own, for the desktop host. */
serve('back-end', { run, call }, closeBackEnd)

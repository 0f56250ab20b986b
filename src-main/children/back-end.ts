import { call, closeBackEnd, run } from '../back-end/serve-desktop.ts'
import { serve } from '../processes/serve.ts'

/** Entry of the back end as a process of its own, for the desktop host. */
serve('back-end', { run, call }, closeBackEnd)

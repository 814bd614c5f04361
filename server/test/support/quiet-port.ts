/** For tests too: a port for a server that will be killed and started again on it. */
export { quietPort } from '@alcove/rehearse/processes/quiet-port'

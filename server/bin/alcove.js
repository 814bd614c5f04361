#!/usr/bin/env node
// Stands in the repository, so that it can be linked before anything is built.
import '../dist/cli.js'

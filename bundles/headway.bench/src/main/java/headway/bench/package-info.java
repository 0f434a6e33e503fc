/**
 * Headway measured beside others, process to process: {@link headway.bench.ProcessBench} starts the processes, takes rounds of
 * all workloads in turn and prints a table. See README.md.
 */
package headway.bench;

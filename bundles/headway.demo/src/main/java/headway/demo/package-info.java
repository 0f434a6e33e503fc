/**
 * The demonstration: a {@link headway.demo.HeadUnit} replays a {@link headway.demo.Drive} as vehicle signals, {@link
 * headway.demo.InstrumentCluster}s in other processes show them and count, by the numbers in the messages themselves, whether
 * any was lost, duplicated or reordered.
 */
package headway.demo;

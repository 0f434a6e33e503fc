/** JMH benchmarks of the parts; run them with {@code bundles/headway.bench/run jmh}. */
package headway.bench.jmh;

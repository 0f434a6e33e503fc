/**
 * What a transport must do, as tests; and two transports for the tests of everything above: one that lives in memory
 * and is driven step by step, one that misbehaves on purpose.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package headway.tck;

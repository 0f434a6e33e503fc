package headway.gateway;

import java.nio.file.Path;

/** The same as {@link DifferentialTest} for a bus that has joined another node's, which decides about names. */
class DifferentialAcrossNodesTest extends DifferentialTest {

    @Override
    Ours start(Path where) throws Exception {
        NodeBus arbiter = NodeBus.overLoopback(where, "arbiter");
        NodeBus joined = NodeBus.overLoopback(where, "joined");
        String node = joined.bus().uniqueName();
        return new Ours() {
            @Override
            public Path socket() {
                return joined.socket();
            }

            @Override
            public String prefix() {
                return node.substring(0, node.length() - 1);
            }

            @Override
            public void close() {
                joined.close();
                arbiter.close();
            }
        };
    }
}

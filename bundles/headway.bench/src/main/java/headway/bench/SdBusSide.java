package headway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A bus for D-Bus programs with clients in C: sd-bus, the same program on every bus. */
record SdBusSide(DbusBus bus) implements ForeignSide {

    private static final CProgram PROGRAM = new CProgram("sd-bus", List.of("systemd"));
    private static final Path HEADER = Path.of("/usr/include/systemd/sd-bus.h");

    @Override
    public String name() {
        return bus.label();
    }

    @Override
    public String description() {
        return bus.label() + ", sd-bus clients in C";
    }

    @Override
    public String obstacle(Plan plan) {
        if (CProgram.obstacle() != null) {
            return CProgram.obstacle();
        }
        return Files.exists(HEADER) ? bus.obstacle(plan) : "there is no sd-bus.h: apt-get install libsystemd-dev";
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        PROGRAM.compile(children.directory());
        Credit.create(children.directory());
        bus.start(plan, children);
    }

    @Override
    public Path program(Path meeting) {
        return PROGRAM.in(meeting);
    }
}
